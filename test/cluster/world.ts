import { type Access } from '../../libs/rollout/src/real-cluster/api/access.js';
import { type ApiClient } from '../../libs/rollout/src/real-cluster/api/api-client.js';
import { type NodeObject } from '../../libs/rollout/src/real-cluster/api/objects.js';
import { type RunTool } from './image.js';
import { type RunImage } from './objects.js';
import { type TestNamespace } from './test-namespace.js';

/** What the program exits with; the same numbers as the commands of nestjs-lifecycle. */
export const EXIT = {
  /** Every scene was played, and passed. */
  passed: 0,
  /** A scene failed, or was not played to its end. */
  failed: 1,
  /** Nothing was played: there is no cluster, it was not agreed to, or something is missing. */
  notPlayed: 2,
} as const;

/** What the program is given; a test gives its own. */
export interface World {
  readonly access: () => Promise<Access>;
  readonly say: (line: string) => void;
  /** Asks the user; `undefined` where there is no terminal. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  readonly runTool: RunTool;
  /** Fires at Ctrl-C. */
  readonly signal: AbortSignal;
  readonly warmUp: string;
  readonly coolDown: string;
}

/** Everything that is needed, and nothing that is changed but the image of a local cluster. */
export interface Found {
  readonly access: Access;
  readonly client: ApiClient;
  readonly namespace: TestNamespace;
  readonly nodes: readonly NodeObject[];
  readonly image: RunImage;
}
