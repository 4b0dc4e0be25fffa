// The chat's own page.
import { openRoom } from "./room.js";

const room = document.querySelector("[data-room]");
if (room) openRoom(room);
