import { Controller } from '@nestjs/common';
import { type DiscoveryService, ModulesContainer } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import { UnseenWork } from '../unseen/unseen-work.js';
import { Microservices } from './rpc-target-registry.js';

@Controller()
class Prices {
  @MessagePattern('price')
  price(): number {
    return 1;
  }
}

@Controller()
class Pages {
  show(): string {
    return 'page';
  }
}

/** A container of Nest before 11.1.4. */
function oldContainer(): ModulesContainer {
  const modules = new Map();
  // Has all that is looked at: which members there are.
  return modules as unknown as ModulesContainer;
}

describe('the microservices of an old Nest', () => {
  afterEach(() => jest.dontMock('@nestjs/microservices'));

  it('are seen where Nest tells of them', async () => {
    const microservices = await Microservices.follow(new ModulesContainer());
    expect(microservices.whyUnseen([{ metatype: Prices }])).toBeUndefined();
  });

  it.each([
    ['cannot be found', 'MODULE_NOT_FOUND', "Cannot find module '@nestjs/microservices'", 'was not found'],
    ['cannot be loaded', 'ERR_BROKEN', 'no protobufjs', 'cannot be loaded: no protobufjs'],
  ])('are unseen when the package %s, which is said where messages are handled', async (_what, code, message, why) => {
    jest.doMock('@nestjs/microservices', () => {
      throw Object.assign(new Error(message), { code });
    });
    const microservices = await Microservices.follow(oldContainer());
    expect(microservices.whyUnseen([{ metatype: Pages }, { metatype: Prices }])).toBe(`@nestjs/microservices ${why}`);
    expect(microservices.whyUnseen([{ metatype: Pages }])).toBeUndefined();
  });

  it('are unseen when the package belongs to another @nestjs/core', async () => {
    jest.doMock('@nestjs/microservices', () => ({ NestMicroservice: class NestMicroservice {} }));
    const microservices = await Microservices.follow(oldContainer());
    expect(microservices.whyUnseen([{ metatype: Prices }])).toMatch(/another @nestjs\/core/);
    const warnings: string[] = [];
    const unseen = new UnseenWork([]);
    const discovery = { getControllers: () => [{ metatype: Prices }] } as unknown as DiscoveryService;
    microservices.reportUnseen(discovery, { warn: (text) => warnings.push(text), unseen });
    expect(warnings).toEqual([expect.stringMatching(/^Messages are not followed: .*another @nestjs\/core/)]);
    // No end in which they may have been cut is called clean.
    expect(unseen.sentences({ endsProcess: true })).toEqual([expect.stringMatching(/^messages of microservices/)]);
  });
});
