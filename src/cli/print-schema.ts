// Writes the schema that the code makes: npm run schema. A test fails when the file and the code differ.
import fs from 'node:fs';
import { buildGatewaySchema, printGatewaySchema } from '../graphql/schema';

const [file = 'schema/schema.graphql'] = process.argv.slice(2);
fs.writeFileSync(file, printGatewaySchema(buildGatewaySchema()));
