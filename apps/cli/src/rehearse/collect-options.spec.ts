import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveScenario } from 'nestjs-lifecycle-rollout';
import { kubeProxyMetrics, times } from '../../../../test/support/kube-proxy-metrics.js';
import { type Terminal } from '../terminal.js';
import { collectOptions } from './collect-options.js';
import { type RehearseFlags } from './rehearse-flags.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collect-'));
  await writeFile(join(folder, 'kube-proxy.txt'), kubeProxyMetrics([...times(50, 0.3), ...times(50, 6.5)]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FLAGS: RehearseFlags = {
  pid1: true,
  worker: false,
  updateBaseline: false,
  watch: false,
  worstCase: false,
  includeWrites: false,
  githubSummary: false,
  quiet: false,
  together: false,
};

async function* piped(text: string): AsyncIterable<string> {
  yield text;
}

function collect(endpointLag: string, text = '') {
  const terminal: Terminal = {
    stdin: piped(text),
    stdout: { write: () => undefined },
    stderr: { write: () => undefined },
    env: {},
    cwd: folder,
  };
  return collectOptions(['node', 'main.js'], { ...FLAGS, endpointLag }, terminal);
}

describe('a lag that the cluster has measured itself', () => {
  it('is what the rehearsal draws from, and is said with the lame duck that follows', async () => {
    const { options, notes } = await collect('metrics:kube-proxy.txt');
    expect(notes).toEqual(['kube-proxy itself measured n 100, p50 500ms, p99 6.98s: the lame duck that follows is 7s']);
    expect(resolveScenario(options).network.endpointLag).toMatchObject({ min: 250, median: 500, max: 7000 });
  });

  it('comes through a pipe as well', async () => {
    const { options } = await collect('metrics:-', kubeProxyMetrics(times(3, 0.9)));
    expect(resolveScenario(options).network.endpointLag).toMatchObject({ min: 500, max: 1000 });
  });

  it('is refused where it is none', async () => {
    await expect(collect('metrics:-', '')).rejects.toThrow(/^--endpoint-lag metrics:-: there is no kubeproxy_network/);
  });
});
