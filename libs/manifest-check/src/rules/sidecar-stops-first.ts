import { serviceRule } from '../rule-kinds/rule.js';
import { type Container } from '../manifest/container.js';
import { preStopOf } from '../manifest/pre-stop.js';
import { type Resource } from '../manifest/resource.js';
import { type Workload } from '../manifest/workload.js';
import { formatMs } from '../settings/duration.js';

/** A proxy, or a store, that is an ordinary container gets its signal together with the service that needs it. */
export const sidecarStopsFirst = serviceRule({
  isOfAnyServer: true,
  id: 'sidecar-stops-first',
  severity: 'warning',
  summary:
    'A proxy or a store that the service needs while it drains gets its signal at the same moment, and ends first',
  *check(workload) {
    const { containers, main, settings } = workload;
    const preStopMs = preStopOf(main).ms;
    if (preStopMs === undefined || !settings.enabled) return;
    const neededMs = preStopMs + settings.lameDuck.maxMs + settings.drainTimeoutMs + settings.hookBudgetMs;
    for (const container of containers) {
      const known = isServed(container, workload) ? undefined : knownProxyOf(container);
      const stayMs = known && staysFor(container, known);
      if (known === undefined || stayMs === undefined || stayMs >= neededMs) continue;
      yield {
        at: container.field,
        message: `${container.name} ends ${stayMs === 0 ? 'at its signal' : `${formatMs(stayMs)} after its signal`}, but the service may need it for ${formatMs(neededMs)}`,
        why: `All containers of a pod get their signal at the same moment. Without ${known.what} the requests that are in flight fail, and so do hooks that need it.`,
        remedy: remedyFor(container, known, neededMs),
      };
    }
  },
});

/** Whether clients are sent to it: the service itself, and a store that is called like its workload, or the only one that a Service sends to. */
function isServed(container: Container, { name, services, main }: Workload): boolean {
  if (container === main) return true;
  const targets = new Set(services.flatMap(targetsOf));
  const isTarget = ({ ports }: Container): boolean =>
    ports.some((port) => targets.has(String(port.number)) || targets.has(port.name));
  return isTarget(container) && (container.name === name || !isTarget(main));
}

function targetsOf({ root }: Resource): readonly (string | undefined)[] {
  const ports = root.at('spec', 'ports').items;
  return ports.flatMap((port) => (port.at('targetPort').exists ? port.at('targetPort') : port.at('port')).text ?? []);
}

interface KnownProxy {
  /** What it stands for: `the database behind it`. */
  readonly what: string;
  readonly image: RegExp;
  /** The option by which it waits after its signal, and how that is written in seconds. */
  readonly option?: Option;
}

interface Option {
  readonly name: RegExp;
  readonly variable?: string;
  readonly write: (seconds: number) => string;
}

/**
 * cloud-sql-proxy 2 and alloydb-auth-proxy: `--max-sigterm-delay`; cloud_sql_proxy 1: `-term_timeout`. The others end, or
 * refuse new connections, as soon as they are told.
 */
const KNOWN: readonly KnownProxy[] = [
  {
    what: 'the database behind it',
    image: /gce-proxy|cloud_sql_proxy/i,
    option: { name: /^--?term_timeout(?:=|$)/, write: (seconds) => `-term_timeout=${seconds}s` },
  },
  {
    what: 'the database behind it',
    image: /cloud-?sql-?(?:auth-)?proxy|cloudsql|alloydb-auth-proxy/i,
    option: {
      name: /^--max-sigterm-delay(?:=|$)/,
      variable: 'CSQL_PROXY_MAX_SIGTERM_DELAY',
      write: (seconds) => `--max-sigterm-delay=${seconds}s`,
    },
  },
  { what: 'the database behind it', image: /pgbouncer|pgcat|odyssey|proxysql|mysql-router/i },
  {
    what: 'what it keeps',
    image:
      /^(?:redis(?:-stack(?:-server)?)?|valkey|keydb|dragonfly|memcached|postgres(?:ql)?|mysql|mariadb|mongo(?:db)?|rabbitmq|nats)(?=$|[:@])/,
  },
  { what: 'the network behind it', image: /stunnel|autossh|cloudflared|tailscale|twemproxy|nutcracker|mcrouter/i },
];

function knownProxyOf(container: Container): KnownProxy | undefined {
  const image = (container.field.at('image').text ?? '').split('/').at(-1) ?? '';
  return KNOWN.find((known) => known.image.test(image));
}

/** How long it stays after its signal; `undefined` where no file shows that: it has a preStop of its own. */
function staysFor(container: Container, { option }: KnownProxy): number | undefined {
  if (container.field.at('lifecycle', 'preStop').exists) return undefined;
  const written = option && optionOf(container, option);
  return written === undefined ? 0 : durationOf(written);
}

function optionOf(container: Container, { name, variable = '' }: Option): string | undefined {
  const words = container.words.map(({ text }) => text ?? '');
  const at = words.findIndex((word) => name.test(word));
  return at === -1 ? container.variable(variable)?.text : (words[at]?.split('=')[1] ?? words[at + 1]);
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** `30s`; `undefined` for what only the proxy can read. */
function durationOf(text: string): number | undefined {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNIT_MS[unit] ?? 1000);
}

/** Its own option, since that works on every Kubernetes; the native sidecar is the other way. */
function remedyFor({ name, field }: Container, { option }: KnownProxy, neededMs: number): string {
  const native = `initContainers:\n  - name: ${JSON.stringify(name)}\n    restartPolicy: Always   # a native sidecar (Kubernetes 1.29), with the rest as it is under containers: it ends after the service`;
  if (option === undefined) return native;
  const key = field.at('args').exists || !field.at('command').exists ? 'args' : 'command';
  const kept = field
    .at(key)
    .items.map(({ text }) => text ?? '')
    .filter((word) => !option.name.test(word));
  const words = [...kept, option.write(Math.ceil(neededMs / 1000))];
  return `${key}: ${JSON.stringify(words)}   # or a native sidecar, which ends after the service`;
}
