import { ApolloFederationDriver, type ApolloFederationDriverConfig } from '@nestjs/apollo';
import {
  Directive,
  Field,
  GraphQLModule,
  ID,
  ObjectType,
  Query,
  Resolver,
  ResolveReference,
  TypeMetadataStorage,
} from '@nestjs/graphql';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { query } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'GraphQL federation: a sub-graph, its entities and its schema',
  kinds: HTTP,
  module: () => {
    TypeMetadataStorage.clear();
    @ObjectType()
    @Directive('@key(fields: "id")')
    class Account {
      @Field(() => ID)
      id = '';

      @Field(() => String)
      owner = '';
    }
    @Resolver(() => Account)
    class AccountsResolver {
      @Query(() => Account)
      account(): Account {
        return { id: '1', owner: 'Ada' };
      }

      @ResolveReference()
      resolveReference({ id }: { id: string }): Account {
        return { id, owner: `owner ${id}` };
      }
    }
    return {
      imports: [
        GraphQLModule.forRoot<ApolloFederationDriverConfig>({
          driver: ApolloFederationDriver,
          autoSchemaFile: { federation: 2 },
        }),
      ],
      providers: [AccountsResolver],
    };
  },
  exchanges: [
    query('{ account { id owner } }'),
    query('{ _service { sdl } }'),
    query('query ($r: [_Any!]!) { _entities(representations: $r) { ... on Account { owner } } }', {
      r: [{ __typename: 'Account', id: '7' }],
    }),
  ],
};
