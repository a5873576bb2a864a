import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Fleet } from './fleet.js';
import type { Ledger } from './ledger.js';

const EVERY_MS = 500;
/** Browsers that are served at the same time. */
const MOST_READERS = 8;
const LOSSES_SHOWN = 20;
const LAST_WORDS_MS = 1000;

/** A page of the fleet, for this machine: phases of every instance, requests in flight, losses as they happen. */
export class Page {
  private readonly server: Server;
  private readonly readers = new Set<ServerResponse>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly fleet: Fleet,
    private readonly ledger: Ledger,
    private readonly progress: () => string,
  ) {
    this.server = createServer(({ url }, response) => {
      if (url === '/') this.showPage(response);
      else if (url === '/state') this.follow(response);
      else response.writeHead(404).end('The page is at /');
    });
    this.timer = setInterval(() => this.tellAll(), EVERY_MS);
  }

  /** @returns where it is */
  async listen(port: number): Promise<string> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the page has no port');
    return `http://127.0.0.1:${address.port}/`;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.tellAll();
    for (const reader of this.readers) reader.end();
    const closed = once(this.server, 'close');
    this.server.close();
    // Who does not read to the end is not waited for.
    const cut = setTimeout(() => this.server.closeAllConnections(), LAST_WORDS_MS);
    await closed;
    clearTimeout(cut);
  }

  private showPage(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
    });
    response.end(HTML);
  }

  private follow(response: ServerResponse): void {
    if (this.readers.size >= MOST_READERS) {
      response.writeHead(503).end('Too many browsers look at this page: close one');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'close' });
    this.readers.add(response);
    response.once('close', () => this.readers.delete(response));
    response.write(this.event());
  }

  private tellAll(): void {
    const event = this.event();
    // Who does not read gets the next one.
    for (const reader of this.readers) if (!reader.writableNeedDrain) reader.write(event);
  }

  private event(): string {
    const services = this.fleet.workloads.map(({ name, places }) => ({
      name,
      instances: places.map(({ name, status }) => ({
        name,
        phase: status?.phase ?? '',
        isReady: status?.isReady === true,
        inFlight: status?.inFlight ?? 0,
      })),
    }));
    const losses = this.ledger.losses.slice(-LOSSES_SHOWN).toReversed();
    return `data: ${JSON.stringify({ progress: this.progress(), services, totals: this.ledger.totals, losses })}\n\n`;
  }
}

const HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The fleet</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; margin-bottom: 1.5rem; }
  th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; }
  td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
  .ready { color: light-dark(#0a6b2d, #6fdc8c); } .leaving { color: light-dark(#8a4b00, #ffb454); }
  .lost { color: light-dark(#b00020, #ff8a8a); font-weight: 600; }
</style>
<h1>The fleet</h1>
<p id="progress" role="status"></p>
<table><caption>Instances</caption><thead><tr><th>instance<th>phase<th>ready<th class="number">in flight</thead><tbody id="instances"></tbody></table>
<table><caption>Ledger</caption><thead><tr><th>what<th class="number">begun<th class="number">done<th class="number">lost</thead><tbody id="totals"></tbody></table>
<h2>Losses</h2>
<ul id="losses"></ul>
<script>
  const byId = (id) => document.getElementById(id);
  const row = (cells) => {
    const tr = document.createElement('tr');
    for (const [text, name] of cells) {
      const td = tr.insertCell();
      td.textContent = text;
      if (name) td.className = name;
    }
    return tr;
  };
  const states = new EventSource('/state');
  states.onerror = () => (byId('progress').textContent = 'The fleet has ended, or its page has.');
  states.onmessage = ({ data }) => {
    const { progress, services, totals, losses } = JSON.parse(data);
    byId('progress').textContent = progress;
    byId('instances').replaceChildren(...services.flatMap(({ instances }) => instances).filter(({ phase }) => phase !== '').map(
      ({ name, phase, isReady, inFlight }) => row([[name], [phase, isReady ? 'ready' : 'leaving'], [isReady ? 'yes' : 'no'], [inFlight, 'number']])));
    byId('totals').replaceChildren(...Object.entries(totals).map(([kind, { begun, done, lost }]) =>
      row([[kind], [begun, 'number'], [done, 'number'], [lost, lost > 0 ? 'number lost' : 'number']])));
    byId('losses').replaceChildren(...losses.map(({ kind, what, at }) => {
      const item = document.createElement('li');
      item.textContent = at.slice(11, 19) + ' ' + kind + ': ' + what;
      return item;
    }));
    if (losses.length === 0) byId('losses').append('none');
  };
</script>
</html>
`;
