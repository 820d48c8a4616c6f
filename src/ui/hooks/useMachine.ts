import { useEffect, useState } from 'react'
import { type MachineLoad, useLab } from '../lab.ts'

/** Milliseconds between two looks. */
const PERIOD = 2000

/** How busy the machine is, looked at while `active`; null before the second look. */
export function useMachine(active: boolean): MachineLoad | null {
  const lab = useLab()
  const [load, setLoad] = useState<MachineLoad | null>(null)
  useEffect(() => {
    if (!active) {
      setLoad(null)
      return
    }
    lab.machine()
    const timer = setInterval(() => setLoad(lab.machine()), PERIOD).unref()
    return () => clearInterval(timer)
  }, [lab, active])
  return load
}
