/** The synthetic images: what there is, real beside synthetic, how good they are, and making more. */
import { Box } from 'ink'
import { Blank } from '../components/Blank.tsx'
import { Message } from '../components/Message.tsx'
import { Views } from '../components/Views.tsx'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { keyWords } from '../keymap.ts'
import { type BankView, bankView } from '../queries/bank.ts'
import { type DatasetView, datasetList, datasetView } from '../queries/data.ts'
import type { ScreenProps } from '../screen.ts'
import { FidelityView } from './bankFidelity.tsx'
import { GeneratorsView } from './bankGenerators.tsx'
import { MakeView } from './bankMake.tsx'
import { PairsView } from './bankPairs.tsx'
import { BANK_VIEWS, type BankViewName } from './bankViews.ts'

const EMPTY: BankView = { shelves: [], consents: [], spent: 0 }

export function BankScreen({ width, height, active, target }: ScreenProps) {
  const datasets = useQuery(datasetList, [])
  const [chosen, setChosen] = useKept<string | null>(`data.dataset ${target.dataset ?? ''}`, target.dataset ?? null)
  const [view, setView] = useKept<BankViewName>('bank.view', 'generators')
  const [generator, setGenerator] = useKept('bank.generator', '')
  const name = datasets.some(one => one.name === chosen) ? chosen : (datasets.at(-1)?.name ?? null)
  const dataset = useQuery<DatasetView | null, [string]>(datasetView, null, name ?? '')
  const bank = useQuery<BankView, [string]>(bankView, EMPTY, name ?? '')
  const shelf = bank.shelves.find(one => one.generator === generator) ?? bank.shelves[0]
  const step = (by: number) => () =>
    setView(BANK_VIEWS[(BANK_VIEWS.indexOf(view) + by + BANK_VIEWS.length) % BANK_VIEWS.length]!)
  const some = dataset !== null
  useKeys(
    'bank',
    {
      nextPane: some ? step(1) : undefined,
      previousPane: some ? step(-1) : undefined,
      nextDataset:
        datasets.length > 1
          ? () => setChosen(datasets[(datasets.findIndex(one => one.name === name) + 1) % datasets.length]!.name)
          : undefined,
    },
    { active },
  )
  if (dataset === null || shelf === undefined) {
    const add = `On the Lab screen (${keyWords('goLab')}) ${keyWords('addSample')} adds the sample that ships.`
    const text = ['There are no images yet that synthetic ones could be made of.', add]
    return <Message width={width} height={height} text={text} />
  }
  const total = bank.shelves.reduce((sum, one) => sum + one.images, 0)
  const spent = bank.spent === 0 ? 'nothing spent' : `${bank.spent.toFixed(2)} USD spent`
  const props = { width, height: height - 2, active, dataset, bank, shelf, choose: setGenerator, show: setView }
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Views width={width} name={dataset.name} views={BANK_VIEWS} current={view} note={`${total} images · ${spent}`} />
      <Blank />
      <Box flexDirection="column" width={width} height={height - 2}>
        {view === 'generators' && <GeneratorsView {...props} />}
        {view === 'pairs' && <PairsView {...props} />}
        {view === 'fidelity' && <FidelityView {...props} />}
        {view === 'make' && <MakeView key={shelf.generator} {...props} />}
      </Box>
    </Box>
  )
}
