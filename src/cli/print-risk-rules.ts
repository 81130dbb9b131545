// Writes the JSON schema of rules documents: npm run schema. A test fails when the file and the code differ.
import fs from 'node:fs';
import { rulesDocumentSchema } from '../risk/rules-document';

const [file = 'docs/risk-rules.schema.json'] = process.argv.slice(2);
fs.writeFileSync(file, `${JSON.stringify(rulesDocumentSchema(), null, 2)}\n`);
