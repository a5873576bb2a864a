import { hideSecrets, secretsOfProcess } from './hide-secrets.js';
import { escapeText, shorten } from './safe-text.js';

const LONGEST_NAME = 200;

/** Makes names fit to be shown: short, on one line, without secrets. The secrets of the process are looked up once, here. */
export function nameShown(): (name: string) => string {
  const secrets = secretsOfProcess();
  return (name) => hideSecrets(escapeText(shorten(name, LONGEST_NAME)), secrets);
}
