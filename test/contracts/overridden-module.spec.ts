import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';

@Injectable()
class Account {
  constructor(@Inject(GracefulShutdown) readonly shutdown: GracefulShutdown) {}
}

describe('a testing module that replaces', () => {
  it('the whole module gets rid of it', async () => {
    @Module({ providers: [{ provide: GracefulShutdown, useValue: { isFake: true } }], exports: [GracefulShutdown] })
    class FakeModule {}
    @Module({ imports: [FakeModule], providers: [Account] })
    class AccountModule {}
    const module = await Test.createTestingModule({ imports: [GracefulShutdownModule.forRoot(), AccountModule] })
      .overrideModule(GracefulShutdownModule)
      .useModule(FakeModule)
      .compile();
    expect(module.get(Account).shutdown).toEqual({ isFake: true });
    await module.close();
  });
});
