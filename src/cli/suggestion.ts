export { nearest } from '../errors/suggestion.ts';
