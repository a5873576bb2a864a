import { type Workload } from './workload.js';

type Budgeted = Pick<Workload, 'name' | 'labels' | 'root' | 'main' | 'spec' | 'inChart'>;

/** A PodDisruptionBudget that chooses the pods of a workload, as text to paste: in a chart as its own templates write names and labels. */
export function budgetText(workload: Budgeted): string {
  const { root, inChart } = workload;
  const written = root.at('metadata', 'namespace').text;
  const space = written === undefined || isOfChart(root.source.path) ? '' : `  namespace: ${written}\n`;
  return (
    `${commentFor(workload)}apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: ${inChart?.name ?? nameOf(workload)}\n${space}spec:\n  maxUnavailable: 1\n` +
    `  unhealthyPodEvictionPolicy: AlwaysAllow\n  selector:\n    matchLabels:\n${inChart?.labels ?? labelsOf(workload)}`
  );
}

function commentFor({ root, inChart }: Budgeted): string {
  if (inChart !== undefined) return '# a template of its own in the chart\n';
  return isOfChart(root.source.path) ? OF_CHART : '';
}

function nameOf({ name, root, main }: Budgeted): string {
  return name === '' ? `${main.name}   # the ${root.at('kind').text ?? 'workload'} has no name here` : name;
}

/** Those that the workload itself chooses its pods by; its pods may have more, such as a version. */
function labelsOf({ labels, root }: Budgeted): string {
  const chosen = root.at('spec', 'selector', 'matchLabels').texts;
  const isChosen = chosen.size > 0 && [...chosen].every(([key, text]) => labels.get(key) === text);
  const isRelease = isOfChart(root.source.path);
  return [...(isChosen ? chosen : labels)]
    .map(
      ([key, text]) =>
        `      ${key}: ${isRelease && RELEASE_LABEL.test(key) ? '{{ .Release.Name }}' : JSON.stringify(text)}`,
    )
    .join('\n');
}

const RELEASE_LABEL = /^(?:app\.kubernetes\.io\/instance|release)$/;

/** A chart is rendered for a release of a made-up name. */
const OF_CHART =
  '# in the chart, write the name and the labels as its templates do: a release of another name has others\n';

/** Whether an object was rendered from a chart. */
function isOfChart(path: string): boolean {
  return /Chart\.ya?ml\b/.test(path);
}

/** The budget that a workload lacks once it has a second pod, to go below what gives it one. */
export function budgetForMore(workload: Workload): string {
  return workload.disruptionBudgets.length > 0 ? '' : `\n---\n${budgetText(workload)}`;
}
