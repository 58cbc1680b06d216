/**
 * What is imported of the platform stands beside classes of Nest, whose decorators need this first. A file of its own: in a build, what a file imports
 * of CommonJS runs after all else that it imports.
 */
import 'reflect-metadata';
