import { type ServiceSettings } from './service-settings.js';

/** What else is known of whether services use the module. */
export interface SignOfModule {
  /** Whether anything besides the files shows it: a `package.json` that depends on it. Default: nothing does. */
  readonly usesModule?: boolean | undefined;
}

/** Whether what a service plans with is only what it would do by default, if it used the module: nothing shows that it does. */
export function isAssumed(
  { origin, unknownVariables }: ServiceSettings,
  { usesModule = false }: SignOfModule,
): boolean {
  return origin === 'defaults' && unknownVariables.length === 0 && !usesModule;
}

/** Said beside such times, so that they do not pass for facts. */
export const ASSUMED = ' (the defaults of nestjs-lifecycle: nothing here shows that the service uses it)';
