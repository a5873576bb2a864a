import { type Act } from '../scenario/act.js';

/** What an act may use of a cluster. */
interface ActParts {
  /** The pod that it is done to. */
  readonly first: { readonly node: number; delete(reason: string): void } | undefined;
  readonly scaleIn: () => void;
  readonly drainNode: (node: number) => void;
}

/** Does something else to the pods than an update. */
export function actOnPods(act: Exclude<Act, 'update'>, { first, scaleIn, drainNode }: ActParts): void {
  switch (act) {
    case 'delete':
      return first?.delete('it is deleted');
    case 'evict':
      return first?.delete('it is evicted');
    case 'drain':
    case 'spot':
      return drainNode(first?.node ?? 0);
    case 'scale-in':
      return scaleIn();
  }
}
