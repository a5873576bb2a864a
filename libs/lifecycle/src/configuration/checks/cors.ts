import { type ConfigurationCheck, NotJudged } from '../configuration-check.js';

/** A page that no application can have meant (RFC 2606). */
const STRANGER = 'https://production-readiness.invalid';

/** CORS that lets every page act with the credentials of a user. */
export const cors: ConfigurationCheck = {
  name: 'cors',
  run: async ({ corsFor }) => {
    const asked = corsFor(STRANGER);
    if (asked === undefined)
      return new NotJudged('only a request can tell what its options are, or nothing has set any');
    const { allowedOrigin, withCredentials } = await asked;
    if (!withCredentials || (allowedOrigin !== '*' && allowedOrigin !== STRANGER)) return [];
    const message =
      allowedOrigin === '*'
        ? "credentials are allowed with the origin '*', so browsers refuse every answer to a request that has some"
        : 'credentials are allowed to every origin, so any page acts as the user who looks at it';
    return [{ message, remedy: "Type app.enableCors({ origin: ['https://app.example.com'], credentials: true })." }];
  },
};
