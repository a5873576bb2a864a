import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Args, GraphQLModule, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { query } from '../run/exchanges.js';

const typeDefs = `
  type Cat { id: Int!, name: String!, friend: Cat }
  type Query { cat(id: Int!): Cat, broken: String }
  type Mutation { rename(id: Int!, name: String!): Cat }
`;

interface Cat {
  readonly id: number;
  name: string;
}

export const application: FrameworkApplication = {
  shows: 'GraphQL, schema first: queries, mutations, fields, errors',
  kinds: HTTP,
  module: ({ journal }) => {
    const cats: Cat[] = [
      { id: 1, name: 'Tom' },
      { id: 2, name: 'Kitty' },
    ];
    @Resolver('Cat')
    class CatsResolver {
      @Query('cat')
      cat(@Args('id') id: number): Cat | undefined {
        return cats.find((cat) => cat.id === id);
      }

      @Query('broken')
      broken(): never {
        throw new Error('broken on purpose');
      }

      @Mutation('rename')
      rename(@Args('id') id: number, @Args('name') name: string): Cat | undefined {
        const cat = this.cat(id);
        if (cat !== undefined) cat.name = name;
        return cat;
      }

      @ResolveField('friend')
      friend(@Parent() cat: Cat): Cat | undefined {
        journal.note(`friend of ${cat.name}`);
        return cats.find(({ id }) => id !== cat.id);
      }
    }
    return {
      imports: [
        GraphQLModule.forRoot<ApolloDriverConfig>({
          driver: ApolloDriver,
          typeDefs,
          includeStacktraceInErrorResponses: false,
        }),
      ],
      providers: [CatsResolver],
    };
  },
  exchanges: [
    query('{ cat(id: 1) { name friend { name } } }'),
    query('mutation { rename(id: 2, name: "Kit") { name } }'),
    query('query ($id: Int!) { cat(id: $id) { id name } }', { id: 2 }),
    query('{ broken }'),
  ],
};
