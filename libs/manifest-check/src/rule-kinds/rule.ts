import { type Cluster } from '../manifest/cluster.js';
import { isForeign } from '../manifest/foreign.js';
import { doubted } from './doubted.js';
import { type Resource } from '../manifest/resource.js';
import { type Workload } from '../manifest/workload.js';
import { type PlatformFile } from '../platforms/platform-file.js';
import { type FindPrinted } from '../settings/printed-settings.js';
import { type SignOfModule } from '../settings/assumed.js';
import { type Field } from '../source/field.js';
import { type Fix } from '../findings/finding.js';
import { type Severity } from '../findings/severity.js';

/** Something that manifests can get wrong. One file each, and a page of the same name in `docs/rules`. */
export interface Rule {
  /** Kebab-case, never renamed: suppressions in users' files carry it. */
  readonly id: string;
  /** How bad it usually is; a single finding may differ. */
  readonly severity: Severity;
  /** What is wrong, in one line. */
  readonly summary: string;
  check(model: Model): Iterable<Report>;
}

/** Everything that the files say. */
export interface Model {
  readonly cluster: Cluster;
  /** Files of other platforms. */
  readonly platforms: readonly PlatformFile[];
  /** The same of all sets of files, to look something up in. */
  readonly allPlatforms: readonly PlatformFile[];
  /** Finds what a service printed of its settings; for the workloads of the cluster they are in `settings` already. */
  readonly findPrinted: FindPrinted;
  readonly facts: Facts;
}

/** What no file says, and the user may know. */
export interface Facts extends SignOfModule {
  /** How long it takes until nothing is routed here any more, when the files are not to be asked. */
  readonly routingDelayMs?: number | undefined;
  /** How long the cluster's kube-proxy goes on, when it was measured. */
  readonly kubeProxyDelayMs?: number | undefined;
  /** How long the longest start takes. */
  readonly bootMs?: number | undefined;
  /** How long the longest request takes. */
  readonly longestRequestMs?: number | undefined;
}

/** What a rule has found; `checkFiles` adds the place and the rule's own name. */
export interface Report {
  /** Where to point; a field that is missing stands for the one around it. */
  readonly at: Field;
  /** What it is about; its kind and name are shown. */
  readonly about: Pick<Resource, 'kind' | 'name' | 'template'>;
  /** What is wrong, with the numbers. */
  readonly message: string;
  /** Why that loses requests. */
  readonly why: string;
  /** What to do, as text to paste. */
  readonly remedy: string;
  /** When it differs from the rule's own. */
  readonly severity?: Severity | undefined;
  /** Left out when empty, and never safe when the place is shared with another. */
  readonly fix?: Fix | undefined;
}

/** What a rule for one kind of thing is written as: `about` is known. */
export type PartialReport = Omit<Report, 'about'> & Partial<Pick<Report, 'about'>>;

interface RuleFor<T> extends Omit<Rule, 'check'> {
  check(this: void, one: T, model: Model): Iterable<PartialReport>;
}

/** A rule that looks at one workload at a time. */
export function workloadRule({ check, ...rule }: RuleFor<Workload>): Rule {
  return { ...rule, check: (model) => each(model.cluster.workloads, (workload) => check(workload, model)) };
}

interface ServiceRule extends RuleFor<Workload> {
  /** Whether what it says holds for whatever answers requests. Default: only for services of Node. */
  readonly isOfAnyServer?: true;
}

/** A rule on what a service of Node, or this library in it, does: databases and proxies go by other rules. */
export function serviceRule({ check, isOfAnyServer, ...rule }: ServiceRule): Rule {
  return workloadRule({
    ...rule,
    *check(workload, model) {
      if (isForeign(workload.main)) return;
      const doubt = isOfAnyServer === true ? undefined : workload.doubt;
      for (const report of check(workload, model)) yield doubt === undefined ? report : doubted(report, doubt);
    },
  });
}

function* each<T extends Report['about']>(
  all: readonly T[],
  check: (one: T) => Iterable<PartialReport>,
): Iterable<Report> {
  for (const one of all) for (const report of check(one)) yield { about: one, ...report };
}
