import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { resolveSettings } from '../options/resolve-settings.js';
import { Wiring } from '../wiring.js';
import { type FollowedPackage, type InstanceWrapper, type Integration, type NestParts } from './integration.js';
import { Integrations } from './integrations.js';

@Injectable()
class Processor {
  readonly marked = true;
}
@Injectable()
class Other {}

function isProcessor({ instance }: InstanceWrapper): boolean {
  return instance instanceof Processor;
}

/** An integration that notes what it is told. */
function noting(
  steps: string[],
  changes: { isMarked?: Integration['isMarked']; followed?: Partial<FollowedPackage> } = {},
): Integration {
  const { isMarked = isProcessor, followed } = changes;
  return {
    name: 'some-queue',
    sees: ['bullmq'],
    isMarked,
    load: async () => {
      steps.push('load');
      return () => ({
        found: (providers) => void steps.push(`found ${providers.filter(isProcessor).length}`),
        initialised: () => void steps.push('initialised'),
        bootstrapped: () => void steps.push('bootstrapped'),
        undo: () => void steps.push('undo'),
        ...followed,
      });
    },
  };
}

async function application(providers: (typeof Processor | typeof Other)[]) {
  const app = await Test.createTestingModule({ providers }).compile();
  const modules = app.get(ModulesContainer);
  const nest: NestParts = { modules, discovery: new DiscoveryService(modules) };
  return { nest, wrappers: nest.discovery.getProviders() };
}

function wiring(): Wiring {
  return new Wiring(resolveSettings({ code: {}, platform: 'linux', variable: () => undefined }));
}

const fail = (): never => {
  throw new Error('broken on purpose');
};

describe('Integrations', () => {
  beforeEach(() => {
    Logger.overrideLogger(false);
  });

  it('loads what the application uses, and tells it of each step', async () => {
    const steps: string[] = [];
    const { nest, wrappers } = await application([Processor, Other]);
    const integrations = new Integrations(wiring(), [noting(steps)]);
    expect(integrations.sees('bullmq')).toBe(false);
    await integrations.found(wrappers, nest);
    integrations.initialised();
    integrations.bootstrapped();
    // Of a module that is loaded later.
    await integrations.found([], nest);
    integrations.undo();
    expect(steps).toEqual(['load', 'found 1', 'initialised', 'bootstrapped', 'found 0', 'undo']);
    expect({ bullmq: integrations.sees('bullmq'), bull: integrations.sees('bull') }).toEqual({
      bullmq: true,
      bull: false,
    });
  });

  it('loads nothing for an application that does not use it', async () => {
    const steps: string[] = [];
    const { nest, wrappers } = await application([Other]);
    await new Integrations(wiring(), [noting(steps)]).found(wrappers, nest);
    expect(steps).toEqual([]);
  });

  it.each([
    ['cannot be loaded', { ...noting([]), load: async () => fail() }],
    ['fails when it is made', { ...noting([]), load: async () => fail }],
    ['fails with what it is given', noting([], { followed: { found: fail } })],
    ['fails at a later step', noting([], { followed: { initialised: fail } })],
  ] satisfies [string, Integration][])('makes the work unseen when the integration %s', async (_what, integration) => {
    const parts = wiring();
    const { nest, wrappers } = await application([Processor]);
    const steps: string[] = [];
    const integrations = new Integrations(parts, [integration, noting(steps)]);
    await integrations.found(wrappers, nest);
    integrations.initialised();
    expect(parts.unseen.sentences({ endsProcess: true })).toEqual([
      expect.stringMatching(/^work of some-queue, which could not be followed, cannot be seen\. Type shutdown\.track/),
    ]);
    expect(steps).toEqual(['load', 'found 1', 'initialised']);
  });

  it('goes on with the others where a provider cannot be looked at', async () => {
    const steps: string[] = [];
    const { nest, wrappers } = await application([Processor]);
    const integrations = new Integrations(wiring(), [noting([], { isMarked: fail }), noting(steps)]);
    await integrations.found(wrappers, nest);
    expect(steps).toEqual(['load', 'found 1']);
  });
});
