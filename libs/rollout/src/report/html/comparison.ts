import { element, type Markup, section, table } from 'nestjs-lifecycle-shared';
import { type Rehearsal } from '../../verdict/verdict.js';
import { nameOf } from '../comparison-lines.js';
import { figures } from '../headline.js';

/** The figures of two runs in one table. */
export function comparison(run: Rehearsal, against: Rehearsal): Markup {
  const others = figures(against.verdict);
  const rows = figures(run.verdict).map(({ name, value, isBad }, index) => {
    const other = others[index];
    return [name, cell(value, isBad), cell(other?.value ?? '–', other?.isBad === true)];
  });
  const head = ['', nameOf(run), nameOf(against)];
  const shown = section('Side by side', table('Side by side', head, rows), causes(run, against));
  return element('div', { class: 'compare' }, shown);
}

function cell(value: string, isBad: boolean): Markup {
  return element(isBad ? 'strong' : 'span', { class: isBad ? 'bad' : undefined }, value);
}

/** Which faults the one has, and which the other. */
function causes(run: Rehearsal, against: Rehearsal): Markup | undefined {
  const codes = [...new Set([run, against].flatMap(({ verdict }) => verdict.faults.map(({ code }) => code)))];
  if (codes.length === 0) return undefined;
  const lost = ({ verdict }: Rehearsal, code: string): Markup => {
    const fault = verdict.faults.find((candidate) => candidate.code === code);
    if (fault === undefined) return element('span', {}, '–');
    return cell(fault.lost > 0 ? `${fault.lost} lost` : fault.severity, fault.severity === 'error');
  };
  return table(
    'Faults side by side',
    ['Fault', nameOf(run), nameOf(against)],
    codes.map((code) => [code, lost(run, code), lost(against, code)]),
  );
}
