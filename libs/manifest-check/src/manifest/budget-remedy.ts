import { type Workload } from './workload.js';

type Budgeted = Pick<Workload, 'name' | 'labels' | 'root' | 'main'>;

/** A PodDisruptionBudget that chooses the pods of a workload, as text to paste. */
export function budgetText({ name, labels, root, main }: Budgeted): string {
  const ofChart = isOfChart(root.source.path) ? OF_CHART : '';
  const matched = [...labels].map(([key, text]) => `      ${key}: ${JSON.stringify(text)}`).join('\n');
  const written = root.at('metadata', 'namespace').text;
  const space = written === undefined ? '' : `  namespace: ${written}\n`;
  return (
    `${ofChart}apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: ${name === '' ? `${main.name}   # the ${root.at('kind').text ?? 'workload'} has no name here` : name}\n${space}spec:\n  maxUnavailable: 1\n` +
    `  unhealthyPodEvictionPolicy: AlwaysAllow\n  selector:\n    matchLabels:\n${matched}`
  );
}

/** A chart is rendered for a release of a made-up name. */
const OF_CHART =
  '# in the chart, write the name and the labels as its templates do: a release of another name has others\n';

function isOfChart(path: string): boolean {
  return /Chart\.ya?ml\b/.test(path);
}

/** The budget that a workload lacks once it has a second pod, to go below what gives it one. */
export function budgetForMore(workload: Workload): string {
  return workload.disruptionBudgets.length > 0 ? '' : `\n---\n${budgetText(workload)}`;
}
