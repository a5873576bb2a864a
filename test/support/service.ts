import type { GracefulShutdownOptions, ShutdownReport } from 'nestjs-lifecycle';
import { schemaProblems } from './report-schema.js';
import { type Program, type ProgramExit, type ProgramOptions, startProgram } from './program.js';

export interface ServiceOptions extends Pick<ProgramOptions, 'nest' | 'ipc' | 'pid1' | 'ownGroup'> {
  kind?: 'express' | 'fastify' | 'context' | 'tcp' | 'hybrid';
  /** How Nest's own hooks are enabled. Default: `app.enableShutdownHooks()`. */
  hooks?: 'off' | 'use-exit';
  /** What goes wrong; see test/programs/service.ts. */
  faults?: readonly string[];
  options?: GracefulShutdownOptions;
  env?: Record<string, string>;
}

/** Starts `test/programs/service.ts`, set up as a test needs it. */
export function startService(service: ServiceOptions): Program {
  const {
    nest,
    ipc = false,
    pid1 = false,
    ownGroup = false,
    kind = 'express',
    hooks,
    faults = [],
    options = {},
    env = {},
  } = service;
  return startProgram('service', {
    nest,
    ipc,
    pid1,
    ownGroup,
    env: {
      KIND: kind,
      FAULTS: faults.join(),
      OPTIONS: JSON.stringify(options),
      ...(hooks === undefined ? {} : { HOOKS: hooks }),
      ...env,
    },
  });
}

/** The report a service has printed on its way out. It is as its schema says. */
export function reportOf({ output }: Pick<ProgramExit, 'output'>): ShutdownReport {
  const line = /^report: (\{.*\})$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`the service has printed no report\n${output}`);
  // Printed by our own program.
  const report = JSON.parse(line) as ShutdownReport;
  const problems = schemaProblems(report);
  if (problems.length > 0) throw new Error(`the report is not as its schema says:\n${problems.join('\n')}`);
  return report;
}

/** The steps a service has taken, in order. */
export function stepsOf({ output }: Pick<ProgramExit, 'output'>): string[] {
  return [...output.matchAll(/^step: (.*)$/gm)].map(([, step = '']) => step);
}

/** The phases a service has passed, in order. */
export function phasesOf({ output }: Pick<ProgramExit, 'output'>): string[] {
  return [...output.matchAll(/^phase: (.*)$/gm)].map(([, phase = '']) => phase);
}
