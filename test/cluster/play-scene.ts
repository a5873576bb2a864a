import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { servicePhase } from '../../apps/cli/src/rehearse/service-phase.js';
import { type Access } from '../../libs/rollout/src/real-cluster/api/access.js';
import { type ClusterPlan, planWith } from '../../libs/rollout/src/real-cluster/plan-cluster-rehearsal.js';
import { playClusterAct } from '../../libs/rollout/src/real-cluster/play-cluster-rehearsal.js';
import { jsonReport } from '../../libs/rollout/src/report/json-report.js';
import { ledgerReport } from '../../libs/rollout/src/report/ledger-report.js';
import { type Rehearsal } from '../../libs/rollout/src/verdict/verdict.js';
import { failuresOf } from './failures-of-scene.js';
import { REQUESTS } from './load.js';
import { NAME } from './objects.js';
import { type Adapter, type Scene } from './scene.js';

/** Where a scene is played, and how long. */
export interface Stage {
  readonly access: Access;
  readonly namespace: string;
  readonly address: string;
  readonly rate: number;
  readonly warmUp: string;
  readonly coolDown: string;
  readonly signal: AbortSignal;
}

/** What came of a scene. */
export interface PlayedScene {
  readonly scene: Scene;
  readonly adapter: Adapter;
  readonly run: Rehearsal;
  readonly failures: readonly string[];
}

/** Load, the act, and everything that is seen until the pods that it ends have gone. */
export async function playScene(scene: Scene, adapter: Adapter, stage: Stage): Promise<PlayedScene> {
  const { access, namespace, address, rate, warmUp, coolDown, signal } = stage;
  const plan = await planWith(access, {
    deployment: NAME,
    namespace,
    address,
    requests: REQUESTS,
    rate,
    // These ask as fast as they are answered, which says more of the machine than of the scene.
    clients: 0,
    keepAliveConnections: 16,
    warmUp,
    coolDown,
    requestTimeout: '10s',
    deadline: '8m',
  });
  const run = await playClusterAct(named(plan, scene), (seen) => scene.act(plan.target, seen), {
    phaseOf: servicePhase,
    signal,
  });
  return { scene, adapter, run, failures: failuresOf(scene, run) };
}

/** In the reports the scene is what was changed. */
function named(plan: ClusterPlan, { name }: Scene): ClusterPlan {
  const { scenario } = plan;
  const { cluster } = scenario;
  return {
    ...plan,
    scenario: { ...scenario, ...(cluster !== undefined && { cluster: { ...cluster, change: name } }) },
  };
}

/** Every request with its fate, and the verdict with every event. */
export async function writeReports({ scene, adapter, run }: PlayedScene, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${adapter}-${scene.name}`);
  await writeFile(`${file}.ledger.jsonl`, ledgerReport(run));
  await writeFile(`${file}.json`, jsonReport(run));
}
