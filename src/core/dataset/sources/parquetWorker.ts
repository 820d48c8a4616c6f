/** The entry of a thread that reads Parquet files: opens those it is told, then gives rows by row group. */
import { parentPort } from 'node:worker_threads'
import { messageOf } from '../../shared/errors.ts'
import { answerInOrder } from '../workerLine.ts'
import { ParquetFile } from './parquetFile.ts'
import type { ParquetAnswer, ParquetQuestion } from './parquetReader.ts'

const port = parentPort!
const files: ParquetFile[] = []

async function answer(question: ParquetQuestion): Promise<ParquetAnswer> {
  if (question.ask === 'rows') return files[question.file]!.rows(question.group)
  const file = await ParquetFile.open(question.path, question.groupColumn)
  files.push(file)
  return file.shape
}

answerInOrder<ParquetQuestion>(port, async question => {
  try {
    const answered = await answer(question)
    port.postMessage({ answered }, 'bytes' in answered ? [answered.bytes] : [])
  } catch (thrown) {
    port.postMessage({ failed: messageOf(thrown) })
  }
})
