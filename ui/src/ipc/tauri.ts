/** The platform inside the desktop app. The only file that knows which shell is around the webview. */
import { commands, type Event, events, type Place } from "./bindings";
import { asProblem, Listeners, type Platform } from "./platform";

type Command = (...given: unknown[]) => Promise<unknown>;

/** Resolves once events are heard, so that nothing happens unheard between the first answer and them. */
export async function createPlatform(): Promise<Platform> {
  const keeper = new Listeners<Event>();
  const places = new Listeners<Place>();
  await Promise.all([
    events.keeperEvent.listen((event) => keeper.tell(event.payload)),
    events.windowEvent.listen((event) => places.tell(event.payload)),
  ]);
  return {
    ...worded(),
    subscribe: (listener) => keeper.add(listener),
    subscribePlaces: (listener) => places.add(listener),
  };
}

/** The commands, with every refusal as an error that has a code. */
function worded(): typeof commands {
  const entries = Object.entries(commands as Record<string, Command>).map(([name, call]) => [
    name,
    (...given: unknown[]) =>
      call(...given).catch((thrown: unknown) => {
        throw asProblem(thrown);
      }),
  ]);
  return Object.fromEntries(entries) as typeof commands;
}
