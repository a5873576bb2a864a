import { type IncomingMessage, request } from 'node:http';
import { dialPod, PodAgent } from '../network/pod-ways.js';
import { portOf } from '../pods/free-ports.js';
import { type Probe } from '../scenario/scenario.js';
import { askGrpcHealth } from './grpc-health.js';
import { type Prober, type ProbeAnswer, type ProbeTarget } from './prober.js';

type HttpAction = Extract<Probe['action'], { kind: 'http-get' }>;

/** Pods are asked at the address they would have for others; one that listens on `localhost` only is out of reach of a kubelet, too. */
const HOST = '127.0.0.1';
/** As Kubernetes' own http probe. */
const MOST_REDIRECTS = 10;
const OWN_HEADERS = { 'User-Agent': 'kube-probe/1.34', Accept: '*/*', Connection: 'close' };

/** The kubelet's four kinds of probe, over real connections. */
export class NetworkProber implements Prober {
  async ask(action: Probe['action'], { process, ports }: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer> {
    if (action.kind === 'exec') {
      const { code, detail } = await process.exec(action.command, signal);
      return { isSuccess: code === 0, detail };
    }
    const port = portOf(ports, action.containerPort);
    if (port === undefined) return { isSuccess: false, detail: `the service declares no port ${action.containerPort}` };
    if (action.kind === 'http-get') return httpAnswer(action, port, signal);
    if (action.kind === 'grpc') return askGrpcHealth({ port, service: action.service, signal });
    const outcome = await this.knock(port, signal);
    return { isSuccess: outcome === 'accepted', detail: outcome };
  }

  async call({ path, port }: { path: string; port: number }, signal: AbortSignal): Promise<ProbeAnswer> {
    const answer = await get({ path, port, headers: {} }, signal);
    return typeof answer === 'string'
      ? { isSuccess: false, detail: answer }
      : { isSuccess: true, detail: said(answer) };
  }

  knock(port: number, signal: AbortSignal): Promise<'accepted' | 'refused' | 'no answer'> {
    return new Promise((resolve) => {
      const end = (outcome: 'accepted' | 'refused' | 'no answer'): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(outcome);
      };
      const giveUp = dialPod(port)({
        opened: (socket) => {
          socket.on('error', () => socket.destroy()).destroy();
          end('accepted');
        },
        refused: ({ code }) => end(code === 'ECONNREFUSED' ? 'refused' : 'no answer'),
      });
      const onAbort = (): void => {
        giveUp();
        end('no answer');
      };
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
    });
  }
}

/**
 * 200 to 399 is success. A redirect on the same host is followed, ten times at most; one to another host is not, and is a success
 * as it stands (`pkg/probe/http` of Kubernetes).
 */
async function httpAnswer({ path, headers }: HttpAction, port: number, signal: AbortSignal): Promise<ProbeAnswer> {
  let target = { path, port };
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const answer = await get({ ...target, headers }, signal);
    if (typeof answer === 'string') return { isSuccess: false, detail: answer };
    const next = redirectOf(answer, target);
    if (next === undefined) return { isSuccess: isSuccess(answer), detail: said(answer) };
    target = next;
  }
  return { isSuccess: false, detail: `stopped after ${MOST_REDIRECTS} redirects` };
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 400;
}

function said({ statusCode = 0, statusMessage = '' }: IncomingMessage): string {
  return `${statusCode} ${statusMessage}`.trim();
}

function redirectOf(
  { statusCode = 0, headers }: IncomingMessage,
  from: { path: string; port: number },
): { path: string; port: number } | undefined {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) return undefined;
  const base = `http://${HOST}:${from.port}${from.path}`;
  if (!URL.canParse(location, base)) return undefined;
  const url = new URL(location, base);
  if (url.hostname !== HOST || url.protocol !== 'http:') return undefined;
  return { path: `${url.pathname}${url.search}`, port: Number(url.port || 80) };
}

/** The answer's head, or why there is none. */
function get(
  { path, port, headers }: { path: string; port: number; headers: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<IncomingMessage | string> {
  return new Promise((resolve) => {
    const asked = request({
      host: HOST,
      port,
      path,
      headers: { ...OWN_HEADERS, ...headers },
      agent: new PodAgent(),
      signal,
    });
    asked.once('response', (response) => {
      // The body is of no interest, and neither is how it ends.
      response.on('error', () => undefined);
      response.resume();
      resolve(response);
    });
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asked.end();
  });
}
