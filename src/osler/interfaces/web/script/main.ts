// Everything the pages run: htmx for swapping fragments, and small elements over markup that the server has drawn.
// Each module registers itself; a page without its markup never runs it.
import "./swapping.ts";
import "./messages.ts";
import "./toast.ts";
import "./panel.ts";
import "./palette.ts";
import "./typeahead.ts";
import "./autosave.ts";
import "./settings.ts";
import "./keys.ts";
import "./idle.ts";
import "./head.ts";
