import { LifecycleError } from '../errors/lifecycle-error.js';
import { assertSupportedNest } from './supported-nest.js';

describe('assertSupportedNest', () => {
  it('accepts the Nest that these tests run on', () => {
    expect(assertSupportedNest).not.toThrow();
  });

  it('says in one sentence which versions work where something is missing', () => {
    const older = (): void => assertSupportedNest([['@nestjs/common', {}, ['IntrinsicException']]]);
    expect(older).toThrow(LifecycleError);
    expect(older).toThrow(
      /^nestjs-lifecycle works with Nest 11 \(from 11\.0\.0\) and Nest 12, .*@nestjs\/common has no IntrinsicException/,
    );
  });
});
