import { type Settings } from '../../options/settings.js';
import { type Unseen, type UnseenWork } from '../../unseen/unseen-work.js';

interface Parts {
  readonly settings: Pick<Settings, 'enabled' | 'exempt'>;
  readonly log: { warn(message: string): void };
  readonly unseen: UnseenWork;
  readonly traffic: { readonly exemptRequests: { readonly left: number } };
}

const ALL_EXEMPT =
  "exempt: ['/*'] makes every request exempt, so a shutdown waits for none: databases are closed while requests run, and " +
  "what is open at the end is cut. Type the paths of your probes instead: exempt: ['/status', '/internal/*'].";

/**
 * Where every request is exempt, but for those taken out with a `!`, a shutdown waits for none. Warns of that at boot,
 * and adds it to the report when requests were unfinished as the drain ended.
 */
export function warnWhenAllExempt({ settings, log, unseen, traffic }: Parts): void {
  if (!settings.enabled || !settings.exempt.listed.includes('/*')) return;
  log.warn(ALL_EXEMPT);
  unseen.addRule(() => leftBehind(traffic.exemptRequests.left));
}

function leftBehind(count: number): Unseen | undefined {
  if (count === 0) return undefined;
  return {
    kind: 'exempt',
    what: `the ends of requests that exempt: ['/*'] leaves out of the drain (${count} ran on behind it)`,
    remedy: "Type the paths of your probes instead of '/*'.",
  };
}
