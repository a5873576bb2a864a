import { type Server } from 'node:net';
import { asHandle } from '../../resources/handle.js';
import { type UnseenWork } from '../../unseen/unseen-work.js';
import { closeStopped } from '../wire/listener-handle.js';
import { onceListening } from '../wire/once-listening.js';
import { type HttpTraffic } from './http-traffic.js';

interface TrackedServersParts {
  readonly settings: { readonly enabled: boolean };
  readonly traffic: HttpTraffic;
  readonly startUp: { listening(): void };
}

/** The servers that the application has handed over: they are served, drained and closed. */
export class TrackedServers {
  readonly #tracked = new Set<Server>();

  constructor(private readonly parts: TrackedServersParts) {}

  /** Follows a server from now on. If no other one listens, the service is ready once this one does. */
  track(server: Server): ReturnType<typeof asHandle> {
    const { settings, traffic, startUp } = this.parts;
    if (!settings.enabled) return asHandle(() => undefined);
    traffic.attach(server);
    this.#tracked.add(server);
    const undo = onceListening(server, () => startUp.listening());
    return asHandle(() => {
      undo();
      this.#tracked.delete(server);
      traffic.detach(server);
    });
  }

  /** Stops following all servers, those of a framework as well. What was tracked here is closed, because nothing else closes it. */
  release(): void {
    this.parts.traffic.detachAll();
    for (const server of this.#tracked) closeStopped(server);
  }
}

/** Warns of a listener that the application closed while routers still sent requests. */
export function closedElsewhere({ log, unseen }: ClosedElsewhereParts): (where: string) => void {
  return (where) => {
    log.warn(
      `The server on ${where} was closed by code of the application during the lame duck, while routers still send: new ` +
        'connections are refused. Remove that server.close(); the library closes the listener when routers have gone.',
    );
    const remedy = 'Remove the server.close() of the application, and leave the listener to the library.';
    unseen.add({
      kind: 'servers',
      what: `clients refused since the application closed its server on ${where}`,
      remedy,
    });
  };
}

interface ClosedElsewhereParts {
  readonly unseen: UnseenWork;
  readonly log: { warn(text: string): void };
}
