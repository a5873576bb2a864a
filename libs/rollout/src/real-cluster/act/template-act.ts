import { ClusterError } from '../api/cluster-error.js';
import { toError } from '../api/refusal.js';
import { rolloutState } from '../target/rollout-state.js';
import { applyChange, type Target, undoChange } from './apply-change.js';
import { type Change } from './change.js';
import { type ActResult, type ClusterAct, type SeenCluster } from './cluster-act.js';

/** A change of the template: every pod of before is replaced. */
export class TemplateAct implements ClusterAct {
  readonly words: string;
  /** What is known may still be what was there before. */
  #hasBegun = false;

  constructor(
    private readonly target: Target,
    private readonly change: Change,
    /** How many pods of before are still there. */
    private readonly leaving: () => number,
  ) {
    this.words = change.words;
  }

  async begin(): Promise<void> {
    await applyChange(this.target, this.change);
  }

  resultOf({ deployment }: SeenCluster): ActResult | undefined {
    const isOurs = deployment !== undefined && this.change.isOurs(deployment);
    if (this.#hasBegun && !isOurs) throw this.#foreign(deployment === undefined ? 'deleted' : 'changed by others');
    this.#hasBegun ||= isOurs;
    const state = isOurs ? rolloutState(deployment) : 'running';
    if (state === 'running') return undefined;
    return state === 'complete' ? state : 'progress-deadline-exceeded';
  }

  isLeaving(): boolean {
    return this.leaving() > 0;
  }

  async undo(isComplete: boolean): Promise<string | undefined> {
    const { target, change } = this;
    if (isComplete && !change.isAlwaysUndone) return undefined;
    try {
      return (await undoChange(target, change)) === 'undone'
        ? `The change (${change.words}) was undone: deployment/${target.name} goes back to what it was.`
        : `The change (${change.words}) was not undone: deployment/${target.name} has been changed by others since.`;
    } catch (error) {
      const { context } = target.client.access;
      throw new ClusterError(
        'refused',
        `the change could not be undone: ${toError(error).message}. Undo it by hand: kubectl --context ${context} -n ${target.namespace} rollout undo deployment/${target.name}`,
      );
    }
  }

  #foreign(what: string): ClusterError {
    return new ClusterError(
      'conflict',
      `deployment/${this.target.name} was ${what} while it was rehearsed, so what was seen is not about one rollout. Their change stays. Play it again when nothing else rolls it out`,
    );
  }
}
