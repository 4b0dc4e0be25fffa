// The modules of the rooms, which find those of the live streams beside them, as the collected static files lie.
import { register } from "node:module";

register("./beside.mjs", import.meta.url);

const rooms = new URL("../../../chat/rooms/static/rooms/", import.meta.url);
export const load = (name) => import(new URL(name, rooms));
