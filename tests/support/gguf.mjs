/**
 * Writes language models in the GGUF format out of nothing but a seed, byte for byte the same each time. They know no
 * language: they write letters, blanks and, held by a grammar, any form that is asked for. Real enough for the runtime,
 * small enough for a test, and nobody's weights.
 */

/** One that loads at once, one that writes about as fast as people are used to (1 million parameters), one with work to do (50 million). */
export const SIZES = {
	tiny: { embedding: 32, layers: 1, heads: 2, forward: 32, context: 65_536 },
	small: { embedding: 128, layers: 4, heads: 4, forward: 352, context: 4096 },
	medium: { embedding: 768, layers: 7, heads: 12, forward: 2048, context: 2048 }
};

const ALIGNMENT = 32;
const F32 = 0;
const F16 = 1;
const TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 };

const TEMPLATE =
	"{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}" +
	"{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** Unknown, begin, end, one token for each byte, and the two of the template. */
const TOKENS = [
	'<unk>',
	'<s>',
	'</s>',
	...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
	'<|im_start|>',
	'<|im_end|>'
];
const FIRST_BYTE = 3;
const END = TOKENS.length - 1;

/** How much rather a token is chosen than others. Texts become readable, and what has been opened is closed. */
function leaning(token) {
	if (token === END) return 0.2;
	const char = String.fromCharCode(token - FIRST_BYTE);
	if (token < FIRST_BYTE || token >= FIRST_BYTE + 256) return -3;
	if (char === ' ' || char === '"' || char === '}' || char === ']') return 1;
	return /[a-z0-9]/.test(char) ? 0.7 : -3;
}

/**
 * @param {{ embedding: number, layers: number, heads: number, forward: number, context: number }} size
 * @param {number} [seed]
 * @returns {Buffer} the whole file
 */
export function gguf({ embedding, layers, heads, forward, context }, seed = 1) {
	const vocabulary = TOKENS.length;
	const random = noise(seed);
	const weights = (/** @type {number} */ count, /** @type {number} */ scale) => random(count, scale);
	const square = Math.sqrt(1 / embedding);
	/** @type {{ name: string, shape: number[], type: number, bytes: () => Buffer }[]} */
	const tensors = [
		{
			name: 'token_embd.weight',
			shape: [embedding, vocabulary],
			type: F16,
			bytes: () => withColumn(weights(embedding * vocabulary, 1), embedding, () => 2)
		},
		...Array.from({ length: layers }, (_, layer) => {
			const of = (/** @type {string} */ name, /** @type {number[]} */ shape) => ({
				name: `blk.${layer}.${name}.weight`,
				shape,
				type: shape.length === 1 ? F32 : F16,
				bytes: () => (shape.length === 1 ? ones(shape[0]) : weights(shape[0] * shape[1], square))
			});
			return [
				of('attn_norm', [embedding]),
				of('attn_q', [embedding, embedding]),
				of('attn_k', [embedding, embedding]),
				of('attn_v', [embedding, embedding]),
				of('attn_output', [embedding, embedding]),
				of('ffn_norm', [embedding]),
				of('ffn_gate', [embedding, forward]),
				of('ffn_up', [embedding, forward]),
				of('ffn_down', [forward, embedding])
			];
		}).flat(),
		{ name: 'output_norm.weight', shape: [embedding], type: F32, bytes: () => ones(embedding) },
		{
			// The first dimension of every embedding is the same, so its weight is a leaning towards a token.
			name: 'output.weight',
			shape: [embedding, vocabulary],
			type: F16,
			bytes: () => withColumn(weights(embedding * vocabulary, 3 * square), embedding, leaning)
		}
	];
	const head = [
		text('general.architecture', 'llama'),
		text('general.name', `Galley test model ${embedding}x${layers}`),
		number('general.file_type', F16),
		number('llama.context_length', context),
		number('llama.embedding_length', embedding),
		number('llama.block_count', layers),
		number('llama.feed_forward_length', forward),
		number('llama.attention.head_count', heads),
		number('llama.attention.head_count_kv', heads),
		real('llama.attention.layer_norm_rms_epsilon', 1e-5),
		number('llama.rope.dimension_count', embedding / heads),
		number('llama.vocab_size', vocabulary),
		text('tokenizer.ggml.model', 'llama'),
		list('tokenizer.ggml.tokens', TYPE.string, TOKENS.map(string)),
		list(
			'tokenizer.ggml.scores',
			TYPE.f32,
			TOKENS.map(() => f32(0))
		),
		list(
			'tokenizer.ggml.token_type',
			TYPE.i32,
			TOKENS.map((_, token) => u32(token === 0 ? 2 : token < FIRST_BYTE || token >= END - 1 ? 3 : 6))
		),
		number('tokenizer.ggml.bos_token_id', 1),
		number('tokenizer.ggml.eos_token_id', END),
		number('tokenizer.ggml.unknown_token_id', 0),
		flag('tokenizer.ggml.add_bos_token', true),
		flag('tokenizer.ggml.add_space_prefix', false),
		text('tokenizer.chat_template', TEMPLATE)
	];
	let offset = 0;
	const described = tensors.map(({ name, shape, type }) => {
		const size = shape.reduce((product, each) => product * each, type === F32 ? 4 : 2);
		const info = Buffer.concat([string(name), u32(shape.length), ...shape.map(u64), u32(type), u64(offset)]);
		offset += padded(size);
		return info;
	});
	const front = Buffer.concat([
		Buffer.from('GGUF'),
		u32(3),
		u64(tensors.length),
		u64(head.length),
		...head,
		...described
	]);
	const file = Buffer.alloc(padded(front.length) + offset);
	front.copy(file);
	let at = padded(front.length);
	for (const { bytes } of tensors) {
		const data = bytes();
		data.copy(file, at);
		at += padded(data.length);
	}
	return file;
}

/** Pseudo-random half floats, evenly spread over -scale to scale. @param {number} seed */
function noise(seed) {
	let state = seed >>> 0 || 1;
	return (/** @type {number} */ count, /** @type {number} */ scale) => {
		const table = Uint16Array.from({ length: 4096 }, (_, step) => half((step / 2047.5 - 1) * scale));
		const values = new Uint16Array(count);
		for (let index = 0; index < count; index++) {
			state ^= state << 13;
			state ^= state >>> 17;
			state ^= state << 5;
			values[index] = table[state & 4095] ?? 0;
		}
		return Buffer.from(values.buffer);
	};
}

/** Sets the first number of each row. */
function withColumn(
	/** @type {Buffer} */ bytes,
	/** @type {number} */ rowLength,
	/** @type {(row: number) => number} */ value
) {
	for (let row = 0; row * rowLength * 2 < bytes.length; row++)
		bytes.writeUInt16LE(half(value(row)), row * rowLength * 2);
	return bytes;
}

const ones = (/** @type {number} */ count) => Buffer.from(new Float32Array(count).fill(1).buffer);

/** A number as IEEE half precision, rounded to nearest; too small for it becomes zero. @param {number} value */
function half(value) {
	if (value === 0) return 0;
	const sign = value < 0 ? 0x8000 : 0;
	const exponent = Math.floor(Math.log2(Math.abs(value)));
	if (exponent < -14) return sign;
	const fraction = Math.round((Math.abs(value) / 2 ** exponent - 1) * 1024);
	return sign + ((exponent + 15) << 10) + fraction;
}

const padded = (/** @type {number} */ size) => Math.ceil(size / ALIGNMENT) * ALIGNMENT;

function u32(/** @type {number} */ value) {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
}
function u64(/** @type {number} */ value) {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64LE(BigInt(value));
	return bytes;
}
function f32(/** @type {number} */ value) {
	const bytes = Buffer.alloc(4);
	bytes.writeFloatLE(value);
	return bytes;
}
function string(/** @type {string} */ value) {
	return Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
}
const entry = (/** @type {string} */ key, /** @type {number} */ type, /** @type {Buffer} */ value) =>
	Buffer.concat([string(key), u32(type), value]);
const text = (/** @type {string} */ key, /** @type {string} */ value) =>
	entry(key, TYPE.string, string(value));
const number = (/** @type {string} */ key, /** @type {number} */ value) => entry(key, TYPE.u32, u32(value));
const real = (/** @type {string} */ key, /** @type {number} */ value) => entry(key, TYPE.f32, f32(value));
const flag = (/** @type {string} */ key, /** @type {boolean} */ value) =>
	entry(key, TYPE.bool, Buffer.from([value ? 1 : 0]));
const list = (/** @type {string} */ key, /** @type {number} */ type, /** @type {Buffer[]} */ items) =>
	entry(key, TYPE.array, Buffer.concat([u32(type), u64(items.length), ...items]));
