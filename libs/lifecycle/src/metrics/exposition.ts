import { BUCKETS, prometheusName } from './instruments.js';
import { type Family } from './measurements.js';
import { type Series } from './series.js';

/** The content type of {@link exposition}. */
export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/** One line of Prometheus: a name with its suffix, labels, a value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The lines of a family; a histogram has one for each bound, counted up, then its sum and its count. */
export function samplesOf({ instrument, series }: Family): Sample[] {
  const name = prometheusName(instrument);
  if (instrument.type === 'histogram') return series.flatMap((one) => histogramOf(name, one));
  return series.map(({ labels, value }) => ({ name, labels, value }));
}

function histogramOf(name: string, { labels, buckets, value, count }: Series): Sample[] {
  let sum = 0;
  const bounded = BUCKETS.map((bound, index) => {
    sum += buckets[index] ?? 0;
    return { name: `${name}_bucket`, labels: { ...labels, le: String(bound) }, value: sum };
  });
  return [
    ...bounded,
    { name: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { name: `${name}_sum`, labels, value },
    { name: `${name}_count`, labels, value: count },
  ];
}

/** Families in Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export function exposition(families: readonly Family[]): string {
  return families
    .flatMap((family) => {
      const name = prometheusName(family.instrument);
      const { help, type } = family.instrument;
      return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samplesOf(family).map(lineOf), ''];
    })
    .join('\n');
}

function lineOf({ name, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function escaped(text: string): string {
  return text
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
