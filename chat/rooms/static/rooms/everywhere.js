// What the chat adds to every page: what is unread, and the room beside it.
import "./badge.js";
import "./panel.js";
