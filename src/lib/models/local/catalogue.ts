/**
 * Models that suit Galley's steps: they follow instructions, speak a chat template, and have a size that a browser can
 * hold. Data only. What nobody has measured or been told stands as null and is shown as unknown.
 */
export interface CatalogueModel {
	id: string;
	title: string;
	/** What to expect of it, in one sentence. */
	about: string;
	url: string;
	/** Size of the file in bytes, about; the server's own word is taken when it comes. */
	bytes: number;
	/** Billions of parameters. */
	parameters: number;
	/** Context that it was trained for, tokens. */
	trained: number;
	/** Memory that each token of the context takes, bytes: layers x key and value heads x head size x 2 x 16 bits. */
	tokenBytes: number;
	/** Its largest tensor, bytes: the vocabulary, by its rows, columns and the form in which numbers are kept. */
	largest: number;
	/** Context that it is run with at first, tokens. */
	context: number;
	licence: { name: string; url: string };
	/**
	 * SHA-256 of the file in hex. Null: not known, taken from the first complete download; it then shows later damage, but
	 * not that the host sent something else from the start.
	 */
	sha256: string | null;
}

const HUB = 'https://huggingface.co';
const APACHE = { name: 'Apache 2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' };

export const CATALOGUE: readonly CatalogueModel[] = [
	{
		id: 'smollm2-360m',
		title: 'SmolLM2 360M',
		about: 'The smallest that holds to a form. For labels and single fields; its prose is weak.',
		url: `${HUB}/HuggingFaceTB/SmolLM2-360M-Instruct-GGUF/resolve/main/smollm2-360m-instruct-q8_0.gguf`,
		bytes: 386_000_000,
		parameters: 0.36,
		trained: 8192,
		tokenBytes: 32 * 5 * 64 * 4,
		largest: (49_152 * 960 * 34) / 32,
		context: 4096,
		licence: APACHE,
		sha256: null
	},
	{
		id: 'qwen2.5-0.5b',
		title: 'Qwen2.5 0.5B',
		about: 'Small and quick. Takes fields out of short texts; summaries need a look.',
		url: `${HUB}/Qwen/Qwen2.5-0.5B-Instruct-GGUF/resolve/main/qwen2.5-0.5b-instruct-q4_k_m.gguf`,
		bytes: 491_000_000,
		parameters: 0.49,
		trained: 32_768,
		tokenBytes: 24 * 2 * 64 * 4,
		largest: (151_936 * 896 * 34) / 32,
		context: 4096,
		licence: APACHE,
		sha256: null
	},
	{
		id: 'qwen2.5-1.5b',
		title: 'Qwen2.5 1.5B',
		about: 'A good middle for a laptop: short drafts and summaries in several languages.',
		url: `${HUB}/Qwen/Qwen2.5-1.5B-Instruct-GGUF/resolve/main/qwen2.5-1.5b-instruct-q4_k_m.gguf`,
		bytes: 1_117_320_736,
		parameters: 1.54,
		trained: 32_768,
		tokenBytes: 28 * 2 * 128 * 4,
		largest: (151_936 * 1536 * 210) / 256,
		context: 8192,
		licence: APACHE,
		sha256: null
	},
	{
		id: 'smollm2-1.7b',
		title: 'SmolLM2 1.7B',
		about: 'English only. Writes plainly, and follows short instructions well.',
		url: `${HUB}/HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF/resolve/main/smollm2-1.7b-instruct-q4_k_m.gguf`,
		bytes: 1_060_000_000,
		parameters: 1.71,
		trained: 8192,
		tokenBytes: 24 * 32 * 64 * 4,
		largest: (49_152 * 2048 * 210) / 256,
		context: 4096,
		licence: APACHE,
		sha256: null
	},
	{
		id: 'qwen3-1.7b',
		title: 'Qwen3 1.7B',
		about: 'Newer than Qwen2.5 of this size, and larger on the disk. Asked to answer without thinking aloud.',
		url: `${HUB}/Qwen/Qwen3-1.7B-GGUF/resolve/main/Qwen3-1.7B-Q8_0.gguf`,
		bytes: 1_834_426_016,
		parameters: 1.7,
		trained: 32_768,
		tokenBytes: 28 * 8 * 128 * 4,
		largest: (151_936 * 2048 * 34) / 32,
		context: 8192,
		licence: APACHE,
		sha256: null
	},
	{
		id: 'qwen3-4b',
		title: 'Qwen3 4B',
		about: 'The best here, for a strong device with a graphics processor. On the processor alone it is slow.',
		url: `${HUB}/Qwen/Qwen3-4B-GGUF/resolve/main/Qwen3-4B-Q4_K_M.gguf`,
		bytes: 2_497_280_256,
		parameters: 4,
		trained: 32_768,
		tokenBytes: 36 * 8 * 128 * 4,
		largest: (151_936 * 2560 * 210) / 256,
		context: 8192,
		licence: APACHE,
		sha256: null
	}
];
