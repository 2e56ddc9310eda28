/** Names of the BroadcastChannels on which workers tell every tab: text that streams in, and work on model files. */
export const STREAM_CHANNEL = 'galley-stream';
export const MODELS_CHANNEL = 'galley-models';
