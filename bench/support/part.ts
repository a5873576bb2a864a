import { type Variant } from '../variants.js';
import { type Node } from './node-versions.js';

/** What a part of the measurements gets. */
export interface PartOptions {
  readonly nodes: readonly Node[];
  readonly platforms: readonly Variant['platform'][];
  /** Fewer rounds, for about a minute in all. */
  readonly isQuick: boolean;
  /** Shows progress on the terminal. */
  readonly say: (line: string) => void;
}

/** What it found. */
export interface PartResult {
  readonly markdown: string;
  /** SVG by the name of the file, without its ending. */
  readonly charts: Readonly<Record<string, string>>;
}

/** One part of the measurements. */
export interface Part {
  readonly name: string;
  readonly title: string;
  /** The majors of Node that it is measured on. */
  readonly majors: readonly number[];
  measure(options: PartOptions): Promise<PartResult>;
}

/** Several results as one, in their order. */
export function joined(results: readonly PartResult[]): PartResult {
  return {
    markdown: results.map(({ markdown }) => markdown).join('\n\n'),
    charts: Object.fromEntries(results.flatMap(({ charts }) => Object.entries(charts))),
  };
}
