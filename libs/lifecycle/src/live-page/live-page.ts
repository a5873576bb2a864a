import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type EventStream } from '../events/event-stream.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { isForThisMachine } from '../health/from-this-machine.js';
import { type ProbePage } from '../health/probe-server.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { HookRows } from './hook-rows.js';
import { type LiveParts, readLiveState } from './live-state.js';
import { PAGE, PAGE_POLICY } from './page.js';
import { Watchers } from './watchers.js';

/** Where the page is, and its stream of events. */
const PATH = '/lifecycle';

/** How often a new state is sent: while the service serves, and on its way out. */
const SERVING_MS = 1000;
const LEAVING_MS = 250;

/** What the page is made from. */
export interface LivePageParts extends LiveParts {
  readonly events: EventStream;
}

/**
 * `GET /lifecycle` on the probe port: a page that shows what the service is doing, and on the same path the stream of its states. For
 * this machine alone, and for names of it alone, so that no other site can read it through the browser of a user who has it open.
 * Nothing is read while no browser is connected.
 */
export class LivePage implements ProbePage {
  readonly #watchers = new Watchers();
  readonly #hooks = new HookRows();
  #cancel: (() => void) | undefined;
  #isSoon = false;

  constructor(private readonly parts: LivePageParts) {
    parts.events.read((event) => this.#read(event));
  }

  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const isOurs = isForThisPage(request);
    if (isOurs) this.#serve(request, response);
    return Promise.resolve(isOurs);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const wantsEvents = (request.headers.accept ?? '').includes('text/event-stream');
    if (wantsEvents && request.method === 'GET') this.#watch(response);
    else sendPage(request, response);
  }

  #watch(response: ServerResponse): void {
    if (!this.#watchers.add(response, () => this.#gone())) {
      response.writeHead(503, { 'Retry-After': '5', 'Cache-Control': 'no-store' });
      response.end();
      return;
    }
    this.#show();
  }

  #gone(): void {
    if (this.#watchers.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #read(event: LifecycleEvent): void {
    const isNew = this.#hooks.note(event) || event.type === 'phase-changed' || event.type === 'shutdown-started';
    if (this.#watchers.size === 0) return;
    if (event.type === 'shutdown-ended') this.#end(event.report);
    else if (isNew) this.#showSoon();
  }

  /** Events come in crowds: one state tells of all of a turn. */
  #showSoon(): void {
    if (this.#isSoon) return;
    this.#isSoon = true;
    this.#cancel?.();
    this.#cancel = this.parts.clock.meanwhile(0, () => this.#show());
  }

  #show(): void {
    this.#isSoon = false;
    this.#cancel?.();
    this.#cancel = undefined;
    const { report, hasBegun } = this.parts.sequence;
    // The process goes on behind an `app.close()`: what comes late sees the end.
    if (report !== undefined) {
      this.#end(report);
      return;
    }
    this.#watchers.send(JSON.stringify(readLiveState(this.parts, this.#hooks)));
    this.#cancel = this.parts.clock.meanwhile(hasBegun ? LEAVING_MS : SERVING_MS, () => this.#show());
  }

  #end(report: ShutdownReport): void {
    this.#watchers.end(JSON.stringify(readLiveState(this.parts, this.#hooks, report)));
  }
}

/** All other requests get the same as for any path that there is not. */
function isForThisPage(request: IncomingMessage): boolean {
  const { url = '', method } = request;
  const [path] = url.split('?');
  const isReading = method === 'GET' || method === 'HEAD';
  return path === PATH && isReading && isForThisMachine(request);
}

function sendPage(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': PAGE_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
  });
  response.end(request.method === 'HEAD' ? undefined : PAGE);
}
