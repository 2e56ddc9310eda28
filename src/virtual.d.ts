declare module 'virtual:llama-runtime';
