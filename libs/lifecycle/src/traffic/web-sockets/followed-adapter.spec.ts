import { type DiscoveryService } from '@nestjs/core';
import { followGraphql } from '../../nest/graphql-drivers.js';
import { followAdapter, type GatewayAdapter } from './followed-adapter.js';

const guard = <T>(_name: string, _fallback: T, call: () => T): T => call();
// Nothing of them is asked for before a client connects.
const steps = { guard } as unknown as Parameters<typeof followAdapter>[1];

class Adapter implements GatewayAdapter {
  bindClientConnect(): void {}
  bindMessageHandlers(): void {}
}

describe('what follows an adapter for gateways', () => {
  it('leaves the adapter as it was', () => {
    const adapter = new Adapter();
    const undo = followAdapter(adapter, steps);
    expect(Object.keys(Object.getOwnPropertyDescriptors(adapter))).toHaveLength(2);
    undo();
    expect(Object.getOwnPropertyDescriptors(adapter)).toEqual({});
  });

  it('leaves a spy that was put there meanwhile', () => {
    const adapter = new Adapter();
    const undo = followAdapter(adapter, steps);
    const spy = jest.spyOn(adapter, 'bindMessageHandlers');
    undo();
    expect(Object.keys(Object.getOwnPropertyDescriptors(adapter))).toEqual(['bindMessageHandlers']);
    expect(Object.getOwnPropertyDescriptor(adapter, 'bindMessageHandlers')?.value).toBe(spy);
  });
});

it('what follows a GraphQL driver leaves a spy that was put there meanwhile', () => {
  const methods = ['start', 'stop', 'generateSchema', 'mergeDefaultOptions', 'subscriptionWithFilter'] as const;
  const prototype = Object.fromEntries(methods.map((name) => [name, () => undefined]));
  const driver = Object.create(prototype) as Record<'start', () => undefined>;
  const discovery = { getProviders: () => [{ instance: driver }] } as unknown as DiscoveryService;
  const others = { guard, warn: () => undefined } as unknown as Parameters<typeof followGraphql>[1];
  const undo = followGraphql(discovery, others);
  const spy = jest.spyOn(driver, 'start');
  undo();
  expect(Object.getOwnPropertyDescriptor(driver, 'start')?.value).toBe(spy);
  spy.mockRestore();
  const undoAgain = followGraphql(discovery, others);
  undoAgain();
});
