import { serviceRule } from '../rule-kinds/rule.js';
import { preStopOf } from '../manifest/pre-stop.js';
import { type Workload } from '../manifest/workload.js';
import { formatMs } from '../settings/duration.js';
import { type Field } from '../source/field.js';
import { isInMesh } from '../traffic/router.js';

/** Istio's own, when `terminationDrainDuration` is not written. */
const DEFAULT_DRAIN_MS = 5000;

/** A sidecar that is an ordinary container gets its signal together with the service, and may be gone first. */
export const meshProxyStopsFirst = serviceRule({
  isOfAnyServer: true,
  id: 'mesh-proxy-stops-first',
  severity: 'warning',
  summary: "Istio's sidecar stops before the service has ended",
  *check(workload, { cluster }) {
    if (!isInMesh(workload) || stays(workload)) return;
    const mesh = cluster.resources.filter(({ kind, name }) => kind === 'IstioOperator' || /^istio(?:-|$)/.test(name));
    const texts = mesh.flatMap(({ root }) => [root.at('data', 'mesh'), root.at('spec', 'meshConfig', 'defaultConfig')]);
    if (texts.some(isToldToWait)) return;
    const own = workload.podTemplate.at('metadata', 'annotations').at('proxy.istio.io/config');
    if (isToldToWait(own)) return;
    const drainMs = [own, ...texts].map(drainTimeOf).find((ms) => ms !== undefined) ?? DEFAULT_DRAIN_MS;
    const neededMs = timeOf(workload);
    if (neededMs === undefined || drainMs >= neededMs) return;
    yield {
      at: own,
      message: `the sidecar ends ${formatMs(drainMs)} after its signal${drainMs === DEFAULT_DRAIN_MS ? ' (the default)' : ''}, but the service may take ${formatMs(neededMs)}`,
      why: 'Without its sidecar a pod has no network: requests in flight are cut, and databases and other services can no longer be reached while hooks run.',
      remedy: own.exists ? remedyBeside(own) : REMEDY,
    };
  },
});

const NATIVE = '# or native sidecars (ENABLE_NATIVE_SIDECARS in istiod), which end after the service';

const REMEDY = `metadata:
  annotations:
    proxy.istio.io/config: |
      proxyMetadata:
        EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true"
${NATIVE}`;

/** What to add to an annotation that is there: pasted over it, the whole would take away what it says. */
function remedyBeside(config: Field): string {
  const text = config.text ?? '';
  const isJson = /^\s*\{/.test(text);
  const line = isJson ? '"EXIT_ON_ZERO_ACTIVE_CONNECTIONS": "true"' : 'EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true"';
  const where = '# in the annotation proxy.istio.io/config, ';
  if (text.includes('EXIT_ON_ZERO_ACTIVE_CONNECTIONS'))
    return `${where}instead of the value there:\n${line}\n${NATIVE}`;
  if (/\bproxyMetadata["']?\s*:/.test(text)) {
    return `${where}one more under the proxyMetadata there:\n${line}\n${NATIVE}`;
  }
  const whole = isJson ? `"proxyMetadata": { ${line} }` : `proxyMetadata:\n  ${line}`;
  return `${where}beside what it says now:\n${whole}\n${NATIVE}`;
}

/** A native sidecar gets its signal after the service has ended; a preStop of the proxy's own delays its signal. */
function stays({ containers, sidecars, podTemplate }: Workload): boolean {
  const metadata = podTemplate.at('metadata');
  const isNative = ['annotations', 'labels'].some(
    (kind) => metadata.at(kind).at('sidecar.istio.io/nativeSidecar').text === 'true',
  );
  const proxy = containers.find(({ name }) => name === 'istio-proxy');
  return (
    isNative ||
    sidecars.some(({ name }) => name === 'istio-proxy') ||
    proxy?.field.at('lifecycle', 'preStop').exists === true
  );
}

function isToldToWait(config: Field): boolean {
  const variable = config.at('proxyMetadata', 'EXIT_ON_ZERO_ACTIVE_CONNECTIONS').text;
  return variable === 'true' || /EXIT_ON_ZERO_ACTIVE_CONNECTIONS["']?\s*:\s*["']?true/.test(config.text ?? '');
}

/** The configuration is YAML or JSON in a text. */
function drainTimeOf(config: Field): number | undefined {
  const written = config.at('terminationDrainDuration').text ?? config.text ?? '';
  const [, inText] = /terminationDrainDuration["']?\s*:\s*["']?([\d.]+s)/.exec(written) ?? [];
  const [, seconds] = /^([\d.]+)s$/.exec(inText ?? written) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** What the service may take with its network, from the signal of the sidecar on. */
function timeOf({ main, settings }: Workload): number | undefined {
  const preStopMs = preStopOf(main).ms;
  if (preStopMs === undefined || !settings.enabled) return undefined;
  return preStopMs + settings.lameDuck.maxMs + settings.drainTimeoutMs + settings.hookBudgetMs;
}
