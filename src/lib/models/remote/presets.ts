import type { Preset } from '../contract';

type Served = Preset & { config: { baseUrl: string } };

/** Servers that speak the OpenAI protocol and that many people have. What each needs switched on is known by test or from its makers. */
export const PRESETS: readonly Served[] = [
	{
		id: 'ollama',
		title: 'Ollama',
		summary: 'On this device. No key.',
		config: { baseUrl: 'http://localhost:11434/v1' },
		key: 'none',
		ports: [11434],
		begin: 'Start Ollama (“ollama serve”).',
		letIn:
			'Ollama lets in only pages that it was told of: quit it, set OLLAMA_ORIGINS={page} in its environment, and start ' +
			'it again. Do not set it to “*”, or every page that you open can use it.'
	},
	{
		id: 'lm-studio',
		title: 'LM Studio',
		summary: 'On this device. No key.',
		config: { baseUrl: 'http://localhost:1234/v1' },
		key: 'none',
		ports: [1234],
		begin: 'Start its server in LM Studio under Developer, or with “lms server start --cors”.',
		letIn:
			'In LM Studio, open Developer, then Server Settings, and switch on “Enable CORS”; or start it with “lms server start --cors”.'
	},
	{
		id: 'llama-cpp',
		title: 'llama.cpp',
		summary: 'On this device, as llama-server. No key unless you set one.',
		config: { baseUrl: 'http://localhost:8080/v1' },
		key: 'optional',
		ports: [8080],
		begin: 'Start it with “llama-server -m MODEL.gguf”.',
		letIn: 'llama-server lets every page in by itself; look whether something stands in front of it.'
	},
	{
		id: 'vllm',
		title: 'vLLM',
		summary: 'On this device, or on a server of yours behind https. A key only if you set one.',
		config: { baseUrl: 'http://localhost:8000/v1' },
		key: 'optional',
		ports: [8000],
		begin: 'Start it with “vllm serve MODEL”.',
		letIn: 'Start it with: vllm serve MODEL --allowed-origins \'["{page}"]\''
	},
	{
		id: 'openai',
		title: 'OpenAI',
		summary: 'On their servers, with your key.',
		config: { baseUrl: 'https://api.openai.com/v1' },
		key: 'needed',
		keysAt: 'https://platform.openai.com/api-keys'
	},
	{
		id: 'openrouter',
		title: 'OpenRouter',
		summary:
			'A way to models of many makers, with your key. Which of them sees your text depends on the model.',
		config: { baseUrl: 'https://openrouter.ai/api/v1' },
		key: 'needed',
		keysAt: 'https://openrouter.ai/settings/keys'
	}
];

/** The preset that an address is most likely of: the same server, or the port that it has on a device. */
export function presetAt(origin: string, isPrivate: boolean): Preset | null {
	const port = Number(new URL(origin).port);
	return (
		PRESETS.find(({ config }) => new URL(config.baseUrl).origin === origin) ??
		PRESETS.find(({ ports }) => isPrivate && ports?.includes(port)) ??
		null
	);
}
