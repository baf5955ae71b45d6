import { createPlatform } from "#platform";
import { firstLook } from "./data/firstLook";
import { Session } from "./data/session";

// The pages are most of what has to be loaded; what they show first is read meanwhile.
const pages = import("./mount");
const session = new Session(await createPlatform());
await firstLook(session.client);
const { mount } = await pages;
mount(session);
