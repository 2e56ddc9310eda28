/**
 * Writes the list of chat models that the installed WebLLM knows, as data: the package itself is 7 MB, too much to load
 * for a list. Run it after every change of the package's version; a test says when it was forgotten.
 */
import { writeFileSync } from 'node:fs';
import { prebuiltAppConfig } from '@mlc-ai/web-llm';

const LINES = prebuiltAppConfig.model_list
	// Pictures and embeddings are not asked for; a model with a manifest has its files elsewhere.
	.filter((model) => model.model_type === undefined && model.model_manifest === undefined)
	.map((model) => JSON.stringify(model));

writeFileSync('src/lib/models/webllm/prebuilt.json', `[\n${LINES.join(',\n')}\n]\n`);
console.log(`${LINES.length} models`);
