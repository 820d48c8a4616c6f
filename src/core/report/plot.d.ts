/** Types of the bundle of Observable Plot that scripts/build.mjs makes: the marks that charts use. */
export { axisX, axisY, dodgeY, dot, gridX, gridY, line, plot, ruleX, ruleY, text, tickX } from '@observablehq/plot'
